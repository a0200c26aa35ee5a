/** Python in a worker: Pyodide, from the files that `web/packing.py` makes. */

import { type PyodideInterface, loadPyodide } from "pyodide";

/** What `files.json` says. */
interface Files {
  lock: object; // which Pyodide asks for
  files: Record<string, number>; // how many bytes each is, as it is loaded
}

const PACKED = ".packed";
const BLOCK = 512; // bytes of a tar

/**
 * Load Python from a folder of the page, and start it. `tell` hears how many bytes were loaded, of how many. Rejects
 * with what is missing.
 */
export async function start(folder: URL, tell: (loaded: number, total: number) => void): Promise<PyodideInterface> {
  const { lock, files } = (await (await got(new URL("files.json", folder))).json()) as Files;
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  let loaded = 0;
  const file = async (name: string, type = "application/octet-stream"): Promise<Response> => {
    const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, passed) {
        tell((loaded += chunk.length), total);
        passed.enqueue(chunk);
      },
    });
    const { body } = await got(new URL(`${name}${PACKED}`, folder));
    const plain = body!.pipeThrough(counted).pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain, { headers: { "content-type": type } });
  };
  const begun = new Map([
    ["pyodide.asm.wasm", file("pyodide.asm.wasm", "application/wasm")],
    ["python_stdlib.zip", file("python_stdlib.zip")],
    ["pyodide-lock.json", Promise.resolve(Response.json(lock))],
  ]);
  const packages = file("packages.tar").then((response) => response.arrayBuffer());
  const program = URL.createObjectURL(await (await file("pyodide.asm.js", "text/javascript")).blob());
  await import(program);
  const plainly = globalThis.fetch;
  globalThis.fetch = (asked, how) => begun.get(String(asked).split("/").at(-1)!) ?? plainly(asked, how);
  try {
    return await loadPyodide({
      indexURL: folder.href,
      fsInit: async (FS, { sitePackages }) => {
        const made = new Set<string>();
        for (const [path, content] of unpacked(await packages)) {
          const above = `${sitePackages}/${path}`.replace(/\/[^/]*$/, "");
          if (!made.has(above)) FS.mkdirTree(above);
          made.add(above);
          FS.writeFile(`${sitePackages}/${path}`, content, { canOwn: true }); // and without a copy
        }
      },
    });
  } finally {
    globalThis.fetch = plainly;
    URL.revokeObjectURL(program);
  }
}

/** A response, or an error that says what is missing. */
async function got(url: URL): Promise<Response> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new Error(`asked for ${url.pathname}; found ${response ? response.status : "no answer"}`);
  return response;
}

/** The files of a tar. */
function* unpacked(tar: ArrayBuffer): Generator<[path: string, content: Uint8Array]> {
  const text = (at: number, length: number) => new TextDecoder().decode(new Uint8Array(tar, at, length)).split("\0")[0]!;
  for (let at = 0; at < tar.byteLength && text(at, 100); ) {
    const [name, size, above] = [text(at, 100), Number.parseInt(text(at + 124, 12), 8), text(at + 345, 155)];
    yield [above ? `${above}/${name}` : name, new Uint8Array(tar, at + BLOCK, size)];
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
}
