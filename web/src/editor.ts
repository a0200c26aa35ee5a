/** The editor of a cell: CodeMirror with Python, loaded when a cell is in sight. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface Editor {
  text: () => string;
  set: (text: string) => void;
  focus: () => void;
}

/** A colour that is seen on light paper and on dark: one part of it, and one of the text's own. */
const near = (colour: string) => `color-mix(in srgb, ${colour} 55%, currentColor)`;

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.moduleKeyword], color: near("#3456c4") },
  { tag: [tags.string, tags.special(tags.string)], color: near("#2c7a4b") },
  { tag: [tags.number, tags.bool, tags.null], color: near("#c2511c") },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], fontWeight: "600" },
  { tag: tags.comment, color: "color-mix(in srgb, currentColor 75%, transparent)", fontStyle: "italic" },
]);

const LOOKS = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "inherit" },
  "&.cm-focused": { outline: "none" }, // the cell shows it
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit" },
  ".cm-content": { padding: "0", caretColor: "currentColor" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderLeftColor: "currentColor" },
  "& .cm-scroller .cm-selectionLayer .cm-selectionBackground": { background: "color-mix(in srgb, #3456c4 35%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, currentColor 15%, transparent)" },
});

const LEAVES = "Tab indents; Escape and then Tab goes on";

/** In the place of what is in `host`. Tab indents; after Escape it goes on to the next control. */
export function edit(host: HTMLElement, text: string, label: string, run: () => void, changed: () => void): Editor {
  const keys = ["Shift-Enter", "Mod-Enter"].map((key) => ({ key, preventDefault: true, run: () => (run(), true) }));
  host.replaceChildren();
  const view = new EditorView({
    parent: host,
    doc: text,
    extensions: [
      Prec.highest(keymap.of(keys)),
      keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
      ...[history(), drawSelection(), bracketMatching(), indentOnInput(), indentUnit.of("    "), pythonLanguage],
      EditorState.tabSize.of(4),
      syntaxHighlighting(COLOURS),
      LOOKS,
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, "aria-description": LEAVES }),
      EditorView.updateListener.of((update) => update.docChanged && changed()),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    set: (other) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: other } }),
    focus: () => view.focus(),
  };
}
