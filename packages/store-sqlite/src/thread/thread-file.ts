import { extname } from 'node:path'

/** A thread's file, named by its source: it ends as this one does, .ts from source and .js where it was packed. */
export const threadFile = (source: URL): URL => new URL(source.href.replace(/\.ts$/, extname(import.meta.url)))
