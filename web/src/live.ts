/** What a part shows of the model: asked for again as it trains. */

import type { Page } from "./page.ts";

/**
 * Show something whenever another model is there and while it trains: not more often than once in so many
 * milliseconds, not before the last answer has come, and not where nobody sees it. Returns what shows it at once.
 */
export function live(root: HTMLElement, page: Page, every: number, show: () => Promise<void>): () => void {
  let [seen, asking, again, last] = [true, false, false, 0];
  let told = ""; // what is wrong, which is told once, and not as often as it is found
  const now = async () => {
    if (!page.training) return;
    if (asking) {
      again = true;
      return;
    }
    [asking, again, last] = [true, false, performance.now()];
    try {
      await show();
      told = "";
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      if (found !== told) page.tell((told = found), "error");
    }
    asking = false;
    if (again) void now();
  };
  const anew = () => {
    told = "";
    void now();
  };
  page.on("opened", anew);
  page.on("progress", ({ state }) => {
    if (seen && (state !== "training" || performance.now() - last > every)) void now();
  });
  new IntersectionObserver(([entry]) => {
    const before = seen;
    seen = entry?.isIntersecting ?? true;
    if (seen && !before) void now();
  }).observe(root);
  return anew;
}
