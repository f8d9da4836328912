import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

/** Every specifier that `file` brings in when it runs, followed through the package's own files. */
async function imports(file: URL, seen = new Set<string>()): Promise<Set<string>> {
  const source = await readFile(file, 'utf8')
  for (const [, typeOnly, specifier = ''] of source.matchAll(/^(?:import|export) (type )?[^'"]*from '([^']+)'/gms)) {
    if (typeOnly || seen.has(new URL(specifier, file).href)) continue
    if (!specifier.startsWith('.')) seen.add(specifier)
    else {
      seen.add(new URL(specifier, file).href)
      await imports(new URL(specifier, file), seen)
    }
  }
  return seen
}

test('the clients bring in nothing but their own files, so they run in a browser', async () => {
  const all = [...(await imports(new URL('../src/index.ts', import.meta.url)))]
  expect(all.length).toBeGreaterThan(5)
  expect(all.filter((specifier) => !specifier.startsWith('file:'))).toEqual([])
})
