/** The training as a file, which the programs read, and which it can go on from. */

import { element, heading } from "../dom.ts";
import type { Page } from "../page.ts";

const FILE = "model.safetensors";

export function checkpoints(root: HTMLElement, page: Page): void {
  const save = element("button", { type: "button" }, "Download");
  const file = element("input", { type: "file", class: "unseen", accept: ".safetensors" });
  const open = element("label", { class: "button" }, "Go on from a file…", file);
  const use = element("code");
  root.append(
    heading(root, "Checkpoint"),
    element("p", { class: "soft" }, "All that it has learned, as the programs save it. In a terminal: ", use),
    element("div", { class: "row", style: "margin-top: 12px" }, save, open),
  );

  save.onclick = () =>
    void page.attempt(async () => {
      const bytes = await page.ask("checkpoint");
      const link = element("a", { download: FILE });
      link.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" }));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
  file.onchange = () => {
    const [given] = file.files ?? [];
    if (given) void page.attempt(async () => page.restore(new Uint8Array(await given.arrayBuffer()), given.name));
    file.value = "";
  };
  page.on("opened", ({ model }) => {
    use.textContent = `python experiments/${model.program}.py sample --from FOLDER`;
  });
}
