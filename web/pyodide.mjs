/**
 * Run a program in Pyodide, in Node: node pyodide.mjs PROGRAM FOLDER [LIBRARY.zip PACKAGES.tar]
 *
 * The folder is its /build. Python's library and packages are those of npm, or the files given.
 */

import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [program, folder, library, packages] = process.argv.slice(2);
try {
  const python = await loadPyodide({ ...(library && { stdLibURL: library }) });
  python.mountNodeFS("/build", folder);
  if (packages) {
    const extractDir = python.runPython("import site; site.getsitepackages()[0]");
    python.unpackArchive(new Uint8Array(readFileSync(packages)), "tar", { extractDir });
  }
  python.runPython(readFileSync(program, "utf8"), { filename: program });
} catch (error) {
  console.error(error.message); // and not the line of Pyodide's own code, which is a million letters long
  process.exitCode = 1;
}
