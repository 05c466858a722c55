// Bundles test/*.test.ts and runs them with node's own test runner. Arguments name single files: `npm test -- socket`.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const files = (await readdir(path.join(root, "test")))
  .filter((name) => name.endsWith(".test.ts"))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
if (files.length === 0) {
  console.error("No tests match.");
  process.exit(1);
}

const outdir = await mkdtemp(path.join(os.tmpdir(), "spaces-frontend-"));
await esbuild.build({
  absWorkingDir: root,
  entryPoints: files.map((name) => `test/${name}`),
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
const built = files.map((name) => path.join(outdir, name.replace(/\.ts$/, ".mjs")));
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...built], { stdio: "inherit" });
await rm(outdir, { recursive: true, force: true });
process.exit(run.status ?? 1);
