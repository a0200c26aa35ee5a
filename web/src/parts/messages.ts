/** What the page has to say, one line at a time; a screen reader reads it out. */

import { element } from "../dom.ts";
import type { Page } from "../page.ts";

export function messages(root: HTMLElement, page: Page): void {
  const live = element("div", { role: "status", "aria-live": "polite" });
  root.append(live);
  page.on("message", ({ text, kind }) => {
    const close = element("button", { type: "button", "aria-label": "Close this message" }, "✕");
    close.onclick = () => live.replaceChildren();
    live.replaceChildren(element("p", { class: `message ${kind}` }, element("span", {}, text), close));
  });
  page.on("opened", () => live.replaceChildren());
}
