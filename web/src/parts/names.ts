/** The names to learn from: those built in, or the user's own, which stay here. */

import { element, field, heading, whole } from "../dom.ts";
import type { Page } from "../page.ts";
import type { Source } from "../protocol.ts";

const CHECKPOINT = ".safetensors";

export function names(root: HTMLElement, page: Page): void {
  const said = element("p", { class: "soft" });
  const text = element("textarea", { spellcheck: "false", placeholder: "one name a line" });
  const use = element("button", { type: "button" }, "Use these");
  const file = element("input", { type: "file", class: "unseen", accept: "text/*,.txt,.csv" });
  const open = element("label", { class: "button" }, "Open a file…", file);
  const builtIn = element("button", { type: "button" }, "Built-in names");
  root.append(
    heading(root, "Names to learn from", said),
    field("Paste a list, or drop a file here: it never leaves this page", text),
    element("div", { class: "row", style: "margin-top: 10px" }, use, open, builtIn),
  );

  const take = (given: Source | "built-in") => page.attempt(() => page.open({ names: given }));
  const read = async (given: File) => {
    const content = new Uint8Array(await given.arrayBuffer());
    await take({ content, name: given.name });
  };
  use.onclick = () => void take({ content: text.value, name: "pasted.txt" });
  builtIn.onclick = () => void take("built-in");
  file.onchange = () => {
    const [given] = file.files ?? [];
    if (given) void page.attempt(() => read(given));
    file.value = "";
  };
  const everywhere = document.documentElement; // else a browser would leave the page, and show the file
  everywhere.ondragover = (event) => {
    if ((event.target as Element).matches("input, textarea")) return;
    event.preventDefault();
    root.classList.add("dropping");
  };
  everywhere.ondragleave = everywhere.ondragend = () => root.classList.remove("dropping");
  everywhere.ondrop = (event) => {
    root.classList.remove("dropping");
    const [given] = event.dataTransfer?.files ?? [];
    if (!given && (event.target as Element).matches("input, textarea")) return;
    event.preventDefault();
    const pasted = event.dataTransfer?.getData("text/plain");
    if (given?.name.endsWith(CHECKPOINT)) void page.attempt(async () => page.restore(new Uint8Array(await given.arrayBuffer()), given.name));
    else if (given) void page.attempt(() => read(given));
    else if (pasted) void take({ content: pasted, name: "dropped.txt" });
  };
  page.on("opened", ({ train, test, source }) => {
    const tested = test ? `${whole(test)} to test with` : "none to test with";
    said.textContent = `${source}: ${whole(train)} to learn from, ${tested}`;
    builtIn.disabled = source === "built-in";
  });
}
