import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ERROR_CATALOGUE, FAILURE_CODES } from '../src/error-catalogue.ts'

const document = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
const [answers = '', failures = ''] = document.split('## Why a task failed')

/** The cells of each row that begins with a code. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+` \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

test('docs/errors.md has every code of the catalogue once, with its status and title', () => {
  const documented = rowsOf(answers).map(([code, status, title]) => [code, Number(status), title])
  expect(documented).toEqual(
    Object.entries(ERROR_CATALOGUE).map(([code, { status, title }]) => [`\`${code}\``, status, title]),
  )
})

test('docs/errors.md has every reason why a task fails once', () => {
  expect(rowsOf(failures).map(([code]) => code)).toEqual(FAILURE_CODES.map((code) => `\`${code}\``))
})

test('docs/errors.md says what to do about each', () => {
  for (const row of [...rowsOf(answers), ...rowsOf(failures)]) {
    expect([row[0], (row.at(-1)?.length ?? 0) > 15]).toEqual([row[0], true])
  }
})

test('statuses are those of HTTP, and titles are sentences without a full stop', () => {
  for (const [code, { status, title }] of Object.entries(ERROR_CATALOGUE)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    expect(status === 202 || (status >= 400 && status < 600)).toBe(true)
    expect(title).toMatch(/^[A-Z].*[^.]$/)
  }
})
