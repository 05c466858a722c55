// Builds dist/main.js (with its lazily loaded chunks), dist/main.css, dist/sw.js and dist/words/<language>.js.
// `--watch` rebuilds on every change.
import { access, copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, "dist");
const styles = path.join(root, "src/styles/main.css");
const hasStyles = await access(styles).then(
  () => true,
  () => false,
);

// dist/words/<language>.json is made of locale/<language> by stack/ before this runs. English has none: it stands in the code.
const words = path.join(dist, "words");
const languages = (await readdir(words).catch(() => []))
  .filter((name) => name.endsWith(".json"))
  .map((name) => path.basename(name, ".json"));

/** A language's script teaches the words to the module of words that the program itself uses (lib/words). */
const catalogues = {
  name: "catalogues",
  setup(build) {
    build.onResolve({ filter: /^words:/ }, ({ path: name }) => ({ path: name.slice("words:".length), namespace: "words" }));
    build.onLoad({ filter: /.*/, namespace: "words" }, async ({ path: language }) => {
      const file = path.join(words, `${language}.json`);
      const contents = `import { learn } from "./src/lib/words";\nlearn(${await readFile(file, "utf8")});`;
      return { contents, loader: "ts", resolveDir: root, watchFiles: [file] };
    });
  },
};

const options = {
  absWorkingDir: root,
  entryPoints: [
    { in: "src/main.ts", out: "main" },
    { in: "src/staff.ts", out: "staff" },
    ...(hasStyles ? [{ in: styles, out: "main" }] : []),
    ...languages.map((language) => ({ in: `words:${language}`, out: `words/${language}` })),
  ],
  plugins: [catalogues],
  outdir: "dist",
  bundle: true,
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  minify: true,
  sourcemap: true,
  charset: "utf8",
  legalComments: "linked",
  metafile: true,
  // Fonts and pictures of the style sheet are served as they are.
  external: ["/static/*"],
  logLevel: "warning",
};

// The service worker is one script that imports nothing: it stays when the chunks of another build are gone.
const worker = {
  ...options,
  entryPoints: [{ in: "src/sw.ts", out: "sw" }],
  format: "iife",
  splitting: false,
  chunkNames: undefined,
  sourcemap: false,
};

/** Chunks carry a hash in their name: those of earlier builds would pile up. */
async function removeStale(outputs) {
  const kept = new Set(Object.keys(outputs).map((name) => path.resolve(root, name)));
  for (const name of await readdir(path.join(dist, "chunks")).catch(() => [])) {
    const file = path.join(dist, "chunks", name);
    if (!kept.has(file)) await rm(file, { force: true });
  }
}

/** The fonts that the server draws preview cards with (rooms/card_image), and the licence they come under. */
async function copyFonts() {
  const from = path.join(root, "node_modules/dejavu-fonts-ttf");
  const to = path.join(dist, "fonts");
  await mkdir(to, { recursive: true });
  for (const name of ["ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf", "LICENSE"]) {
    await copyFile(path.join(from, name), path.join(to, path.basename(name)));
  }
}

function report(result) {
  for (const file of result.outputFiles ?? []) {
    if (!/\.(js|css)$/.test(file.path)) continue;
    const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
    const name = path.relative(root, file.path).padEnd(36);
    console.log(`${name} ${kilobytes(file.contents.length)} ${kilobytes(gzipSync(file.contents).length)} gzip`);
  }
}

await copyFonts();
if (process.argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
  await (await esbuild.context({ ...worker, logLevel: "info" })).watch();
} else {
  const result = await esbuild.build(options);
  await esbuild.build(worker);
  await removeStale(result.metafile.outputs);
  const measured = await esbuild.build({ ...options, write: false, sourcemap: false });
  report(measured);
  report(await esbuild.build({ ...worker, write: false }));
}
