import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build, type InlineConfig } from 'vite'

/** Below this a compressed file saves no packet. */
const SMALL = 1_024

/** Bundles the sources into `outDir`, with a compressed file beside each that gains by one. */
export async function bundlePage(sources: string, outDir: string): Promise<void> {
  await build(configuration(sources, outDir))
  compressAssets(join(outDir, 'assets'))
}

function configuration(root: string, outDir: string): InlineConfig {
  return {
    configFile: false,
    root,
    // Scripts and styles find each other from where they lie; the server writes the base path into the document.
    base: './',
    logLevel: 'error',
    // What the builder's own environment says counts for nothing: tests build the page too, and React for development is half as large again.
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      // The policy allows no `data:` addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2_000,
    },
    worker: { format: 'es' },
  }
}

function compressAssets(folder: string): void {
  for (const name of readdirSync(folder)) {
    const body = readFileSync(join(folder, name))
    if (body.length < SMALL) continue
    const path = join(folder, name)
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    writeFileSync(`${path}.br`, brotliCompressSync(body, { params }))
    writeFileSync(`${path}.gz`, gzipSync(body, { level: constants.Z_BEST_COMPRESSION }))
  }
}
