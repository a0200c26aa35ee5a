/** What is built beside the page, as JSON, each file once. */

const files = new Map<string, Promise<unknown>>();

export function fileOf<T>(path: string): Promise<T> {
  let found = files.get(path) as Promise<T> | undefined;
  if (!found) {
    found = fetch(new URL(path, import.meta.url)).then((response) => {
      if (!response.ok) throw new Error(`asked for ${path}; found ${response.status}; build the page again`);
      return response.json() as Promise<T>;
    });
    files.set(path, found);
    found.catch(() => files.delete(path));
  }
  return found;
}
