import { expect, it } from 'vitest'
import { nameOf, readRedisUrl } from '../src/link/redis-address.ts'

const plain = { database: 0, tls: false }

it.each([
  ['redis://localhost', { ...plain, kind: 'standalone', endpoints: [{ host: 'localhost', port: 6379 }] }],
  [
    'rediss://user:p%40ss%3A@redis.example:6380/5',
    {
      kind: 'standalone',
      endpoints: [{ host: 'redis.example', port: 6380 }],
      database: 5,
      tls: true,
      username: 'user',
      password: 'p@ss:',
    },
  ],
  ['redis://:secret@h', { ...plain, kind: 'standalone', endpoints: [{ host: 'h', port: 6379 }], password: 'secret' }],
  ['redis://[::1]:7000/', { ...plain, kind: 'standalone', endpoints: [{ host: '::1', port: 7000 }] }],
  [
    'redis+sentinel://user:secret@a,b:26380/main/2?sentinelUsername=s&sentinelPassword=t',
    {
      kind: 'sentinel',
      endpoints: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 26380 },
      ],
      master: 'main',
      database: 2,
      tls: false,
      username: 'user',
      password: 'secret',
      sentinelUsername: 's',
      sentinelPassword: 't',
    },
  ],
  [
    'rediss+cluster://a:7001,b:7002',
    {
      kind: 'cluster',
      endpoints: [
        { host: 'a', port: 7001 },
        { host: 'b', port: 7002 },
      ],
      database: 0,
      tls: true,
    },
  ],
])('reads %s', (url, address) => {
  expect(readRedisUrl(url)).toEqual(address)
})

it.each([
  ['http://localhost', 'must be a URL such as'],
  ['redis://', 'must be a URL such as'],
  ['redis://a,b', 'must name one host'],
  ['redis://a:99999', 'must name hosts as'],
  ['redis://a/zero', 'must end with a database number'],
  ['redis+sentinel://a,b', 'must name the master'],
  ['redis+cluster://a/1', 'must name no database'],
  ['redis://u:%zz@a', 'must have % only before two hexadecimal digits'],
])('refuses %s', (url, reason) => {
  expect(() => readRedisUrl(url)).toThrow(reason)
})

it('is called by its hosts, without a password', () => {
  expect(nameOf(readRedisUrl('redis://u:secret@[::1]:7000/1'))).toBe('[::1]:7000')
  expect(nameOf(readRedisUrl('redis+sentinel://a,b:1/main'))).toBe('main (by Sentinels a:26379,b:1)')
})
