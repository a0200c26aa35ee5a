/** What a part shows of the model: asked for again as it trains. */

import type { Page } from "./page.ts";

/**
 * Show something whenever another model is there and while it trains: not more often than once in so many
 * milliseconds, not before the last answer has come, and not where nobody sees it. Returns what shows it at once.
 */
export function live(root: HTMLElement, page: Page, every: number, show: () => Promise<void>): () => void {
  let [seen, asking, again, last] = [true, false, false, 0];
  const now = async () => {
    if (!page.training) return;
    if (asking) {
      again = true;
      return;
    }
    [asking, again, last] = [true, false, performance.now()];
    await page.attempt(show);
    asking = false;
    if (again) void now();
  };
  page.on("opened", () => void now());
  page.on("progress", ({ state }) => {
    if (seen && (state !== "training" || performance.now() - last > every)) void now();
  });
  new IntersectionObserver(([entry]) => {
    const before = seen;
    seen = entry?.isIntersecting ?? true;
    if (seen && !before) void now();
  }).observe(root);
  return () => void now();
}
