import { describe, expect, it } from 'vitest'
import { createLog, type LogLevel } from '../src/index.ts'

function capture(level: LogLevel = 'debug', name = 'test') {
  const lines: string[] = []
  const log = createLog({ level, name, destination: { write: (line) => lines.push(line) } })
  return { log, lines, records: () => lines.map((line) => JSON.parse(line)) }
}

const fieldsOf = (fields: object) => {
  const { log, records } = capture()
  log.info(fields, 'message')
  return records()[0]
}

describe('the log', () => {
  it('writes one JSON line per record', () => {
    const { log, lines, records } = capture()
    log.warn({ agentId: 'a', count: 2, none: null, list: [1, 'x'], map: { deep: true } }, 'hello')
    expect(records()).toMatchObject([
      {
        level: 'warn',
        name: 'test',
        msg: 'hello',
        agentId: 'a',
        count: 2,
        none: null,
        list: [1, 'x'],
        map: { deep: true },
      },
    ])
    expect(records()[0].time).toMatch(/^\d{4}-\d\d-\d\dT/)
    expect(lines[0]).toMatch(/^\{.*\}\n$/)
  })

  it('writes nothing below its level', () => {
    const { log, lines } = capture('warn')
    log.info({}, 'not this')
    log.debug({}, 'nor this')
    log.error({}, 'but this')
    expect(lines).toHaveLength(1)
  })

  it('hands its fields to its children, and a nearer one wins', () => {
    const { log, records } = capture()
    log.child({ a: 1, b: 1, token: 'x' }).child({ b: 2 }).info({ c: 3 }, 'message')
    expect(records()[0]).toMatchObject({ a: 1, b: 2, c: 3, token: '[redacted]' })
  })

  it.each([
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'x-agentkit-signature',
    'signature',
    'payload',
    'secret',
    'webhook_secret',
    'apiKey',
    'api_key',
    'x-api-key',
    'password',
    'token',
    'body',
  ])('redacts %s, however deep it lies', (key) => {
    expect(fieldsOf({ headers: [{ [key]: 'hunter2' }], [key]: { value: 'hunter2' } })).toMatchObject({
      headers: [{ [key]: '[redacted]' }],
      [key]: '[redacted]',
    })
  })

  it.each([
    ['http://user:hunter2@agent:8080/run?token=hunter2#x', 'http://agent:8080/run#x'],
    ['no answer from https://u@agent/?a=b, again', 'no answer from https://agent/ again'],
    ['redis://:hunter2@cache:6379/0 and http://b/c?d', 'redis://cache:6379/0 and http://b/c'],
    ['is it so? yes', 'is it so? yes'],
  ])('strips what the URLs in %j hide', (text, clean) => {
    expect(fieldsOf({ detail: text }).detail).toBe(clean)
    const { log, records } = capture()
    log.error({ err: new Error(text) }, text)
    expect(records()[0]).toMatchObject({ msg: clean, err: { message: clean } })
    expect(JSON.stringify(records())).not.toContain('hunter2')
  })

  it('strips the query of a path', () => {
    expect(fieldsOf({ url: '/v1/x?cursor=hunter2' }).url).toBe('/v1/x')
  })

  it('keeps one record on one line, whatever a name holds', () => {
    const hostile = 'a\r\nb\u001b[31mc\u0085d\u2028e\u009b2Jf\u0000g\u007f\u202eh\u2066'
    const { log, lines, records } = capture('debug', hostile)
    log.info({ [hostile]: hostile, list: [hostile], err: new Error(hostile) }, hostile)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.trimEnd()).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u)
    expect(records()[0].msg).toContain('[31mc')
  })

  it('cuts each field at 1 KiB, and never inside a character', () => {
    const record = fieldsOf({ ascii: 'x'.repeat(5000), wide: '€'.repeat(5000), emoji: '😀'.repeat(5000) })
    for (const field of [record.ascii, record.wide, record.emoji]) {
      expect(Buffer.byteLength(field)).toBeLessThanOrEqual(1024)
      expect(Buffer.byteLength(field)).toBeGreaterThan(1000)
      expect(field).toMatch(/^[x€😀]+…$/u)
    }
  })

  it('stands what cannot be printed', () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET' })
    const record = fieldsOf({
      circle,
      big: 10n,
      bytes: Buffer.alloc(9),
      at: new Date(0),
      never: new Date(Number.NaN),
      run: () => 1,
      err: new Error('outer', { cause }),
    })
    expect(record).toMatchObject({
      big: '10',
      bytes: '[9 bytes]',
      at: '1970-01-01T00:00:00.000Z',
      never: null,
      err: { type: 'Error', message: 'outer', cause: { message: 'inner', code: 'ECONNRESET' } },
    })
    expect(JSON.stringify(record.circle)).toContain('[deeper]')
  })
})
