import { expect, test } from 'vitest'
import { TaskError } from '../../../src/agent/create-agent.ts'
import { printThrown, readThrown } from '../../../src/agent/task/thrown-value.ts'

const HALF = '\ud83d'
const angry = () => {
  throw new Error('no')
}
const hostile = new Proxy({}, { get: angry, getPrototypeOf: angry, has: angry, ownKeys: angry })

class Hostile extends Error {
  override get message(): string {
    throw this
  }
  get code(): string {
    throw this
  }
}

test.each([
  ['an error', new Error('It broke'), 'AGENT_ERROR', 'It broke'],
  ['an error of ours', new TaskError('E', 'It broke'), 'E', 'It broke'],
  ['an error of Node', Object.assign(new Error('gone'), { code: 'ENOENT' }), 'ENOENT', 'gone'],
  ['an error without a message', new RangeError(), 'AGENT_ERROR', 'RangeError'],
  ['a code that is no text', Object.assign(new Error('x'), { code: 7 }), 'AGENT_ERROR', 'x'],
  ['an object like an error', { code: 'E', message: 'It broke' }, 'E', 'It broke'],
  ['any object', { a: 1 }, 'AGENT_ERROR', '[object Object]'],
  ['an object without a prototype', Object.create(null), 'AGENT_ERROR', 'What was thrown cannot be read.'],
  ['text', 'just text', 'AGENT_ERROR', 'just text'],
  ['no text', '', 'AGENT_ERROR', 'An empty text was thrown.'],
  ['null', null, 'AGENT_ERROR', 'null was thrown.'],
  ['undefined', undefined, 'AGENT_ERROR', 'undefined was thrown.'],
  ['a symbol', Symbol('s'), 'AGENT_ERROR', 'Symbol(s) was thrown.'],
  ['a proxy whose traps throw', hostile, 'AGENT_ERROR', 'What was thrown cannot be read.'],
  ['an error whose getters throw', new Hostile(), 'AGENT_ERROR', 'Error'],
  ['half a surrogate pair', new TaskError(`E${HALF}`, `m${HALF}`), 'E\ufffd', 'm\ufffd'],
])('%s is read, whatever it is', (_, thrown, code, message) => {
  expect(readThrown(thrown)).toEqual({ code, message })
})

test('what is long is cut by characters', () => {
  const { code, message } = readThrown(new TaskError('😀'.repeat(200), `${'x'.repeat(4095)}😀😀`))
  expect([[...code].length, message]).toEqual([128, `${'x'.repeat(4095)}😀`])
})

test('the log has the code where there is one', () => {
  expect([printThrown(new TaskError('E', 'm')), printThrown(hostile)]).toEqual([
    'E: m',
    'What was thrown cannot be read.',
  ])
})
