import { PassThrough, Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { createTerminal } from '../../src/terminal/terminal.ts'
import { paint } from '../../src/terminal/text.ts'

function collector() {
  const stream = Object.assign(new PassThrough(), { isTTY: true })
  return { stream, text: () => String(stream.read() ?? '') }
}

function failing(code: string) {
  const writes: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      writes.push(String(chunk))
      done(Object.assign(new Error(`${code}: no`), { code }))
    },
  })
  return { stream, writes }
}

test('texts are made visible, on both streams, and colours are ours alone', async () => {
  const [stdout, stderr] = [collector(), collector()]
  const terminal = createTerminal({ stdin: new PassThrough(), stdout: stdout.stream, stderr: stderr.stream })
  terminal.out(['id \u001b[2J', paint.red('\u001b]0;x\u0007\n')])
  terminal.note('one\ntwo\r')
  expect(await terminal.flushed()).toBeUndefined()
  expect(stripVTControlCharacters(stdout.text())).toBe('id \ufffd[2J\ufffd]0;x\ufffd\ufffd\n')
  expect(stderr.text()).toBe('one\ufffdtwo\ufffd\n')
  expect(terminal.lost.aborted).toBe(false)
})

test('lines of both streams go out in the order in which they were written', async () => {
  const { stream, text } = collector()
  const terminal = createTerminal({ stdin: new PassThrough(), stdout: stream, stderr: stream })
  terminal.out('1')
  terminal.note('2')
  terminal.out('3')
  terminal.out('4')
  await terminal.flushed()
  expect(text()).toBe('1\n2\n3\n4\n')
})

test('data that cannot be written is told, once, and no more is tried', async () => {
  const stdout = failing('ENOSPC')
  const terminal = createTerminal({ stdin: new PassThrough(), stdout: stdout.stream, stderr: new PassThrough() })
  terminal.out('1')
  expect(await terminal.flushed()).toMatchObject({ code: 'ENOSPC' })
  expect(terminal.lost.reason).toMatchObject({ code: 'ENOSPC' })
  terminal.out('2')
  expect(await terminal.flushed()).toMatchObject({ code: 'ENOSPC' })
  expect(stdout.writes).toEqual(['1\n'])
})

test('notes that nobody can read are given up', async () => {
  const stderr = failing('EPIPE')
  const terminal = createTerminal({ stdin: new PassThrough(), stdout: new PassThrough(), stderr: stderr.stream })
  terminal.note('1')
  expect(await terminal.flushed()).toBeUndefined()
  expect(terminal.lost.aborted).toBe(false)
})

test('a person is asked on stderr, and anything but yes is a no', async () => {
  const answers = ['y', 'Yes ', 'n', '', 'yesterday']
  const given: unknown[] = []
  for (const answer of answers) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    const stderr = collector()
    const terminal = createTerminal({ stdin, stdout: new PassThrough(), stderr: stderr.stream })
    stdin.write(`${answer}\n`)
    given.push(await terminal.confirm?.('Sure, \u001b[31m?', new AbortController().signal))
    expect(stderr.text()).toBe('Sure, \ufffd[31m? [y/N] ')
  }
  expect(given).toEqual([true, true, false, false, false])
})

test('a person who leaves says no, and one who interrupts says nothing', async () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const terminal = createTerminal({ stdin, stdout: new PassThrough(), stderr: collector().stream })
  const interrupt = new AbortController()
  const asked = terminal.confirm?.('Sure?', interrupt.signal)
  interrupt.abort(new Error('interrupted'))
  await expect(asked).rejects.toThrow('interrupted')
  stdin.end()
  expect(await terminal.confirm?.('Sure?', new AbortController().signal)).toBe(false)
  const nobody = createTerminal({ stdin: new PassThrough(), stdout: new PassThrough(), stderr: collector().stream })
  expect(nobody.confirm).toBeUndefined()
})
