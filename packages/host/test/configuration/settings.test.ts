import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  boolean,
  ConfigurationError,
  defineSettings,
  describeSettings,
  duration,
  integer,
  list,
  logLevelSetting,
  oneOf,
  readSettings,
  type Settings,
  text,
} from '../../src/index.ts'

const definition = defineSettings({
  port: integer('APP_PORT', { default: 8000, min: 0, max: 65_535, doc: 'Where to listen' }),
  level: oneOf('LOG_LEVEL', ['debug', 'info', 'warn'], { default: 'info', doc: 'What is logged' }),
  key: text('APP_KEY', { secret: true, doc: 'The key' }),
  folder: text('APP_DIR', { default: '.app', doc: 'Where data lies' }),
  wait: duration('APP_WAIT', { default: 90_000, doc: 'How long' }),
  flag: boolean('APP_FLAG', { default: false, doc: 'Whether' }),
  files: list('APP_FILES', { doc: 'Which' }),
})

const read = (env: Record<string, string | undefined>) => readSettings(definition, env)

describe('settings', () => {
  it('have their types and defaults, and are frozen', () => {
    const settings = read({ APP_KEY: ' ', APP_DIR: '' })
    expect(settings).toEqual({
      port: 8000,
      level: 'info',
      key: undefined,
      folder: '.app',
      wait: 90_000,
      flag: false,
      files: [],
    })
    expect(Object.isFrozen(settings)).toBe(true)
    expectTypeOf<Settings<typeof definition>>().toEqualTypeOf<{
      readonly port: number
      readonly level: 'debug' | 'info' | 'warn'
      readonly key: string | undefined
      readonly folder: string
      readonly wait: number
      readonly flag: boolean
      readonly files: readonly string[]
    }>()
  })

  it('come from the environment, and before it from what overrides it', () => {
    const env = { APP_PORT: ' 9000 ', LOG_LEVEL: 'WARN', APP_KEY: 'k', APP_FLAG: 'Yes', APP_FILES: 'a, b,,c ' }
    expect(readSettings(definition, env, { port: 1, key: undefined })).toMatchObject({
      port: 1,
      level: 'warn',
      key: 'k',
      flag: true,
      files: ['a', 'b', 'c'],
    })
  })

  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['30', 30_000],
    ['0', 0],
    ['2d', 172_800_000],
    ['1d12h', 129_600_000],
  ])('read a duration of %s', (written, milliseconds) => {
    expect(read({ APP_WAIT: written }).wait).toBe(milliseconds)
  })

  it('name every problem at once, each with its way out, and no secret', () => {
    const strict = defineSettings({
      ...definition,
      pin: integer('APP_PIN', { default: 0, secret: true, doc: 'A secret number' }),
    })
    const env = { APP_PORT: '70000', LOG_LEVEL: 'loud', APP_WAIT: '5 minutes', APP_FLAG: 'maybe', APP_PIN: 'hunter2' }
    try {
      readSettings(strict, env)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error instanceof ConfigurationError && error.problems).toEqual([
        'APP_PORT must be a whole number between 0 and 65535; it is "70000"',
        'LOG_LEVEL must be one of debug, info, warn; it is "loud"',
        'APP_WAIT must be a duration: "30s", "1h30m", "2d", or seconds as a number; it is "5 minutes"',
        'APP_FLAG must be true or false; it is "maybe"',
        'APP_PIN must be a whole number',
      ])
    }
  })

  it.each(['1e3', '0x10', '1.5', 'NaN', '-1', '99999999999999999999'])('do not take %s for a port', (written) => {
    expect(() => read({ APP_PORT: written })).toThrow(ConfigurationError)
  })

  it.each([
    ['warning', 'warn'],
    ['WARNING', 'warn'],
    ['Critical', 'error'],
    ['FATAL', 'error'],
    ['NOTSET', 'debug'],
    ['trace', 'debug'],
    ['Off', 'silent'],
    ['ERROR', 'error'],
  ])('read the level %s of other loggers as %s', (written, level) => {
    expect(readSettings({ level: logLevelSetting }, { LOG_LEVEL: written })).toEqual({ level })
  })

  it('refuse a level that nobody knows, with those that are ours', () => {
    expect(() => readSettings({ level: logLevelSetting }, { LOG_LEVEL: 'loud' })).toThrow(
      'LOG_LEVEL must be one of debug, info, warn, error, silent; it is "loud"',
    )
  })

  it('describe themselves', () => {
    expect(describeSettings(definition)).toEqual([
      { name: 'APP_PORT', type: 'integer', default: '8000', doc: 'Where to listen', secret: false },
      { name: 'LOG_LEVEL', type: 'debug | info | warn', default: 'info', doc: 'What is logged', secret: false },
      { name: 'APP_KEY', type: 'text', default: '', doc: 'The key', secret: true },
      { name: 'APP_DIR', type: 'text', default: '.app', doc: 'Where data lies', secret: false },
      { name: 'APP_WAIT', type: 'duration', default: '90s', doc: 'How long', secret: false },
      { name: 'APP_FLAG', type: 'true | false', default: 'false', doc: 'Whether', secret: false },
      { name: 'APP_FILES', type: 'list', default: '', doc: 'Which', secret: false },
    ])
  })
})
