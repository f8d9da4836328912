import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logWarnings, markLogs } from '../watch/log-warnings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opscore-load-logs-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const log = (process: string, line: string) => appendFileSync(join(folder, `${process}.log`), `${line}\n`)
const json = (level: string, msg: string) => JSON.stringify({ level, time: '2027-01-15T08:00:00.000Z', msg })

test('warnings and errors are told apart by when they were written, and counted where they say the same', () => {
  log('opscore', json('warn', 'A new store begins – größer als ein Byte'))
  const begin = markLogs(folder)
  for (const message of ['A message was refused', 'A message was refused', 'The store is away']) {
    log('opscore', json(message.startsWith('The') ? 'error' : 'warn', message))
  }
  log('opscore', json('info', 'Something usual'))
  const end = markLogs(folder)
  log('opscore', json('warn', 'A message was refused'))
  const found = logWarnings(folder, { begin, end }).map(({ phase, level, message, count }) => [
    phase,
    level,
    message,
    count,
  ])
  expect(found).toEqual([
    ['start', 'warn', 'A new store begins – größer als ein Byte', 1],
    ['load', 'warn', 'A message was refused', 2],
    ['load', 'error', 'The store is away', 1],
    ['stop', 'warn', 'A message was refused', 1],
  ])
})

test('each process is read in the way it writes', () => {
  const begin = markLogs(folder)
  log('redis', '7:M 15 Jan 2027 08:00:00.000 # Can’t save in background: fork: Cannot allocate memory')
  log('redis', '7:M 15 Jan 2027 08:00:00.000 * Ready to accept connections')
  log('locust', '[2027-01-15 08:00:00,000] host/WARNING/root: CPU usage above 90%!')
  log('locust', '[2027-01-15 08:00:00,000] host/ERROR/locust.user.task: boom')
  log('locust', '[2027-01-15 08:00:00,000] host/INFO/locust.main: Starting Locust')
  log('agent-1', json('fatal', 'It ends'))
  const found = logWarnings(folder, { begin, end: new Map() })
  expect(found.map(({ process, level, message }) => [process, level, message])).toEqual([
    ['agent-1', 'error', 'It ends'],
    ['locust', 'warn', 'CPU usage above 90%!'],
    ['locust', 'error', 'boom'],
    ['redis', 'warn', 'Can’t save in background: fork: Cannot allocate memory'],
  ])
})

test('what one of ours wrote that is no record of its log is an error', () => {
  log('opscore', 'RangeError: Maximum call stack size exceeded')
  const [found] = logWarnings(folder, { begin: new Map(), end: new Map() })
  expect(found).toMatchObject({ level: 'error', message: 'RangeError: Maximum call stack size exceeded' })
})
