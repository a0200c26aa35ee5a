/** Light or dark: as the system has it, until someone chooses. */

import { element } from "./dom.ts";

type Theme = "light" | "dark";

const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme | undefined {
  try {
    return (localStorage.getItem(KEY) as Theme | null) ?? undefined;
  } catch {
    return undefined; // storage may be forbidden
  }
}

export function theme(root: HTMLElement, changed: () => void): void {
  const button = element("button", { type: "button" });
  let now: Theme;
  const show = () => {
    now = chosen() ?? (system.matches ? "dark" : "light");
    document.documentElement.dataset.theme = now;
    button.textContent = now === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Use ${now === "dark" ? "light" : "dark"} colours`);
    changed();
  };
  button.onclick = () => {
    try {
      localStorage.setItem(KEY, now === "dark" ? "light" : "dark");
    } catch {
      return;
    }
    show();
  };
  system.addEventListener("change", show);
  root.append(button);
  show();
}

/** A colour of the page, for a canvas. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
}

/** A canvas as large as it is shown, with nothing on it. */
export function cleared(canvas: HTMLCanvasElement): { pen: CanvasRenderingContext2D; width: number; height: number } {
  const [width, height, scale] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d")!;
  pen.scale(scale, scale);
  return { pen, width, height };
}
