import { extname } from 'node:path'

/** The file of a thread beside this one, which ends alike: .ts from source, .js where it was packed. */
export function threadFile(name: 'writer' | 'checkpointer'): URL {
  return new URL(`./${name}${extname(import.meta.url)}`, import.meta.url)
}
