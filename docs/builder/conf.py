"""What Sphinx is told, which reads this file."""

from __future__ import annotations

import tomllib
from pathlib import Path

LIGHT = {
    "color-background-primary": "#fdfcfa",
    "color-background-secondary": "#f7f5f1",
    "color-background-hover": "#efece5",
    "color-background-border": "#e2ddd3",
    "color-foreground-primary": "#1f1d1a",
    "color-foreground-secondary": "#5c574f",
    "color-foreground-muted": "#6a655d",
    "color-foreground-border": "#c9c4b8",
    "color-brand-primary": "#1f1d1a",
    "color-brand-content": "#3149ad",
    "color-brand-visited": "#3149ad",
    "color-inline-code-background": "#f1eee8",
    "color-code-background": "#f7f5f1",
    "color-sidebar-link-text--top-level": "#1f1d1a",
    "color-api-name": "#3149ad",
    "color-api-pre-name": "#6a655d",
    "color-highlight-on-target": "#f8ecc8",
}
DARK = {
    "color-background-primary": "#131417",
    "color-background-secondary": "#1b1d21",
    "color-background-hover": "#24272c",
    "color-background-border": "#33373e",
    "color-foreground-primary": "#eceae6",
    "color-foreground-secondary": "#b5b1a9",
    "color-foreground-muted": "#a3a09a",
    "color-foreground-border": "#565b64",
    "color-brand-primary": "#eceae6",
    "color-brand-content": "#9db2ff",
    "color-brand-visited": "#9db2ff",
    "color-inline-code-background": "#24272c",
    "color-code-background": "#1b1d21",
    "color-sidebar-link-text--top-level": "#eceae6",
    "color-api-name": "#9db2ff",
    "color-api-pre-name": "#a3a09a",
    "color-highlight-on-target": "#3d3520",
}
FONTS = {
    "font-stack": '"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", Georgia, "DejaVu Serif", serif',
    "font-stack--headings": "var(--font-stack)",
    "font-stack--monospace": 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
}

project = "cat_ad"
version = release = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"][
    "version"
]
extensions = ["myst_nb", "docs.builder.extension"]
exclude_patterns = ["lessons/downloads"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb", ".rst": "restructuredtext"}
root_doc = "index"

nb_execution_mode = "off"  # lessons are run before
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "html_image"]
myst_url_schemes = ["http", "https", "mailto", "source", "site"]

add_module_names = False
nb_code_prompt_show = nb_code_prompt_hide = "How it is drawn"
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "cat_ad"
html_theme_options = {
    "light_css_variables": LIGHT | FONTS,
    "dark_css_variables": DARK,
    "navigation_with_keys": True,
    "top_of_page_buttons": [],
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_favicon = "static/icon.svg"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False
pygments_style = "a11y-high-contrast-light"  # these come with the theme
pygments_dark_style = "github-dark-high-contrast"
