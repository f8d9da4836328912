import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const TIME = new URL('../../contract/src/time.ts', import.meta.url)

/** Every specifier that `file` brings in when it runs, followed through our own files. */
async function imports(file: URL, seen = new Set<string>()): Promise<Set<string>> {
  const source = await readFile(file, 'utf8')
  for (const [, typeOnly, specifier = ''] of source.matchAll(/^(?:import|export) (type )?[^'"]*from '([^']+)'/gms)) {
    if (specifier === '@opscore/contract/time' && !typeOnly) {
      seen.add(TIME.href)
      await imports(TIME, seen)
    } else if (typeOnly || seen.has(new URL(specifier, file).href)) continue
    else if (!specifier.startsWith('.')) seen.add(specifier)
    else {
      seen.add(new URL(specifier, file).href)
      await imports(new URL(specifier, file), seen)
    }
  }
  return seen
}

test('the clients bring in nothing but their own files and those of the contract about time, so they run in a browser', async () => {
  const all = [...(await imports(new URL('../src/index.ts', import.meta.url)))]
  expect(all.length).toBeGreaterThan(5)
  expect(all.filter((specifier) => !specifier.startsWith('file:'))).toEqual([])
})
