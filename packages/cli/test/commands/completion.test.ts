import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandInProcess } from '../command-in-process.ts'
import { COMMANDS } from '../described-commands.ts'

/** What bash offers behind each of these lines, in one shell. */
async function offered(lines: readonly string[][]): Promise<string[][]> {
  const { code, stdout } = await commandInProcess(['completion', 'bash'])
  expect(code).toBe(0)
  const asked = lines.map(
    (words) => `COMP_WORDS=(${['opscore', ...words].map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_opscore; echo "\${COMPREPLY[*]}"`,
  )
  const bash = spawnSync('bash', ['--norc', '-eu'], { input: `${stdout}\n${asked.join('\n')}\n`, encoding: 'utf8' })
  expect(bash).toMatchObject({ status: 0, stderr: '' })
  return bash.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' '))
}

test('bash completes every command and every option', async () => {
  const found = await offered(COMMANDS.map(({ path }) => [...path, '--']))
  for (const [index, { options, usage }] of COMMANDS.entries()) {
    expect([usage, found[index]]).toEqual([usage, expect.arrayContaining(options)])
  }
  const names = await offered(COMMANDS.map(({ path }) => path))
  expect(names.map((words) => words[0])).toEqual(COMMANDS.map(({ path }) => path.at(-1)))
})

test('bash completes what an option can be, and goes by the command wherever its options stand', async () => {
  const [formats, roles, groups] = await offered([
    ['session', 'list', '--limit', '5', '-o', ''],
    ['serve', '--role', 'w'],
    ['ag'],
  ])
  expect(formats).toContain('json')
  expect(roles).toEqual(['worker'])
  expect(groups?.toSorted()).toEqual(['agent', 'agentkit'])
})
