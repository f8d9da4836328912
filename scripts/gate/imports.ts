/** What imports what, of values and of types alike, as the sources say it. */
import { readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { sourceFiles } from './source-files.ts'
import { ROOT } from './step.ts'

/** By file, the files that it imports; paths from the root. What is not ours is left out. */
export type Imports = ReadonlyMap<string, readonly string[]>

interface Package {
  folder: string
  /** By subpath, such as `.` or `./text`, the file of ours that it is. */
  entries: ReadonlyMap<string, string>
}

/** Files of ours and what they import of each other. */
export async function readImports(): Promise<Imports> {
  const paths = await sourceFiles()
  const packages = await readPackages(paths)
  const known = new Set(paths)
  const found = await Promise.all(
    paths.map(async (path): Promise<[string, string[]]> => {
      const source = await readFile(join(ROOT, path), 'utf8')
      const targets = specifiersOf(path, source).flatMap((specifier) => targetOf(path, specifier, packages) ?? [])
      return [path, [...new Set(targets)].filter((target) => known.has(target))]
    }),
  )
  return new Map(found)
}

/** What a file imports or passes on, at any moment, as it says it. */
export function specifiersOf(path: string, source: string): string[] {
  const { module } = parseSync(path, source)
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest }) => {
    const text = source.slice(moduleRequest.start, moduleRequest.end)
    return /^['"].*['"]$/.test(text) ? [text.slice(1, -1)] : []
  })
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
  )
  return [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...passedOn, ...dynamic]
}

function targetOf(from: string, specifier: string, packages: ReadonlyMap<string, Package>): string | undefined {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier)
  const [scope, name, ...rest] = specifier.split('/')
  return packages.get(`${scope}/${name}`)?.entries.get(['.', ...rest].join('/'))
}

async function readPackages(paths: readonly string[]): Promise<Map<string, Package>> {
  const folders = new Set(paths.flatMap((path) => /^packages\/[^/]+/.exec(path)?.[0] ?? []))
  const read = await Promise.all(
    [...folders].map(async (folder): Promise<[string, Package]> => {
      const { name, exports = {} }: { name: string; exports?: Record<string, string> } = JSON.parse(
        await readFile(join(ROOT, folder, 'package.json'), 'utf8'),
      )
      const entries = Object.entries(exports).map(([subpath, file]): [string, string] => [
        subpath,
        posix.join(folder, file),
      ])
      return [name, { folder, entries: new Map(entries) }]
    }),
  )
  return new Map(read)
}
