import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const FOLDER = new URL('../src/', import.meta.url)

/** See `Reader.prepare`. */
it('no statement has a bare parameter as its limit, which would be compiled anew at each call', () => {
  const files = readdirSync(FOLDER, { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.ts'))
  const bare = files.filter((name) => /LIMIT \?\d*['`) \n]/.test(readFileSync(new URL(name, FOLDER), 'utf8')))
  expect(files.length).toBeGreaterThan(20)
  expect(bare).toEqual([])
})
