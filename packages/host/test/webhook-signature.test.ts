import { describe, expect, it } from 'vitest'
import { signWebhook, verifyWebhook } from '../src/index.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const seconds = now / 1000
const secret = 'a secret'
const body = Buffer.from('{"event_type":"REGISTER"}')
const signed = (timestamp: string, key = secret) => ({
  secrets: [secret],
  timestamp,
  signature: signWebhook({ secret: key, timestamp, body }),
  body,
  now,
})

describe('a webhook signature', () => {
  it('is HMAC-SHA256 in lower-case hex over timestamp, dot and body', () => {
    // The same from Python: hmac.new(b'key', b'1700000000.{}', 'sha256').hexdigest()
    expect(signWebhook({ secret: 'key', timestamp: '1700000000', body: '{}' })).toBe(
      '9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae',
    )
  })

  it.each([
    ['Unix seconds', String(seconds)],
    ['Unix seconds with a fraction', `${seconds}.25`],
    ['ISO 8601 in UTC', '2026-01-02T03:04:05Z'],
    ['ISO 8601 with microseconds', '2026-01-02T03:04:05.123456+00:00'],
    ['ISO 8601 with another offset', '2026-01-02T05:04:05+02:00'],
    ['ISO 8601 without an offset, which is UTC', '2026-01-02T03:04:05'],
    ['300 seconds ago', String(seconds - 300)],
    ['300 seconds ahead', String(seconds + 300)],
  ])('holds with a timestamp of %s', (_name, timestamp) => {
    expect(verifyWebhook(signed(timestamp))).toEqual({ ok: true })
  })

  it.each([
    ['301 seconds ago', String(seconds - 301)],
    ['301 seconds ahead', String(seconds + 301)],
    ['a year ahead in ISO 8601', '2027-01-02T03:04:05Z'],
    ['milliseconds', String(now)],
    ['nothing', ''],
    ['a word', 'now'],
    ['a negative number', String(-seconds)],
    ['hexadecimal', '0x69573265'],
    ['an exponent', '1e9'],
    ['blanks around it', ` ${seconds} `],
    ['Infinity', 'Infinity'],
  ])('does not hold with a timestamp of %s', (_name, timestamp) => {
    expect(verifyWebhook(signed(timestamp)).ok).toBe(false)
  })

  const right = signed(String(seconds)).signature
  it.each([
    ['nothing', ''],
    ['upper case', right.toUpperCase()],
    ['one digit less', right.slice(1)],
    ['one digit more', `${right}0`],
    ['no hex', 'z'.repeat(64)],
    ['a right start and no hex', `${right.slice(0, 62)}zz`],
    ['a prefix', `sha256=${right}`],
    ['a line break', `${right}\n`],
    ['ten thousand digits', 'a'.repeat(10_000)],
    ['letters beyond ASCII', 'é'.repeat(64)],
  ])('does not hold where it is %s', (_name, signature) => {
    expect(verifyWebhook({ ...signed(String(seconds)), signature }).ok).toBe(false)
  })

  it('does not hold with any one bit flipped', () => {
    const bytes = Buffer.from(right, 'hex')
    for (let bit = 0; bit < 256; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(verifyWebhook({ ...signed(String(seconds)), signature: flipped.toString('hex') }).ok).toBe(false)
    }
  })

  it('does not hold over another body or another timestamp', () => {
    expect(verifyWebhook({ ...signed(String(seconds)), body: Buffer.from('{}') }).ok).toBe(false)
    expect(verifyWebhook({ ...signed(String(seconds)), timestamp: String(seconds + 1) }).ok).toBe(false)
  })

  it('does not hold where either header is missing', () => {
    expect(verifyWebhook({ ...signed(String(seconds)), timestamp: undefined }).ok).toBe(false)
    expect(verifyWebhook({ ...signed(String(seconds)), signature: undefined }).ok).toBe(false)
  })

  it('holds under each of the secrets that are live while they are rotated', () => {
    const timestamp = String(seconds)
    expect(verifyWebhook({ ...signed(timestamp, 'old'), secrets: ['new', 'old'] }).ok).toBe(true)
    expect(verifyWebhook({ ...signed(timestamp, 'new'), secrets: ['new', 'old'] }).ok).toBe(true)
    expect(verifyWebhook({ ...signed(timestamp, 'older'), secrets: ['new', 'old'] }).ok).toBe(false)
  })

  it('never holds under an empty secret, or under none', () => {
    expect(verifyWebhook({ ...signed(String(seconds), ''), secrets: [''] }).ok).toBe(false)
    expect(verifyWebhook({ ...signed(String(seconds)), secrets: [] }).ok).toBe(false)
  })
})
