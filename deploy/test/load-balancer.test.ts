import { ERROR_CATALOGUE } from '@opscore/contract'
import { HTTP_LIMITS } from '@opscore/host'
import { expect, it } from 'vitest'
import { loadBalancerFile } from '../topology/load-balancer-file.ts'
import { read, servicesOf } from './deployed-files.ts'

const file = read('deploy/nginx.conf')
const upstream = /upstream ops-core \{(.*?)\n {4}\}/s.exec(file)?.[1] ?? ''
const secondsOf = (text: string, directive: string) => Number(new RegExp(`\\b${directive} (\\d+)s;`).exec(text)?.[1])

it('balances over the service that answers, where it listens', () => {
  const [, host = '', port] = /server ([\w-]+):(\d+) resolve/.exec(upstream) ?? []
  expect(servicesOf('docker-compose.yml')[host]?.command).toEqual(['serve', '--role', 'api'])
  expect(port).toBe('8000')
})

it('closes idle connections to Ops-Core before Ops-Core does', () => {
  expect(secondsOf(upstream, 'keepalive_timeout') * 1000).toBeLessThan(HTTP_LIMITS.keepAlive)
})

it('waits longer for an answer than Ops-Core gives a request', () => {
  expect(secondsOf(file, 'proxy_read_timeout') * 1000).toBeGreaterThan(HTTP_LIMITS.request)
})

it('never sends again what is not safe to send twice', () => {
  expect(file).toMatch(/proxy_next_upstream error timeout;/)
  expect(file).not.toMatch(/non_idempotent|http_5\d\d/)
})

it('says its own errors in the words of the catalogue', () => {
  const problems = [...file.matchAll(/return (\d+) '(\{.*\})';/g)].map(([, status, body = '']) => {
    const problem: { status: number; code: string; title: string; type: string } = JSON.parse(body)
    expect(problem.status).toBe(Number(status))
    return problem
  })
  expect(problems.map(({ code }) => code)).toEqual(['NOT_FOUND', 'PAYLOAD_TOO_LARGE', 'BAD_GATEWAY', 'GATEWAY_TIMEOUT'])
  for (const code of ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'] as const) {
    const expected = { ...ERROR_CATALOGUE[code], type: `urn:opscore:error:${code}` }
    expect(problems.find((problem) => problem.code === code)).toMatchObject(expected)
  }
})

it('on one machine differs from what runs in containers by its addresses alone', () => {
  const rendered = loadBalancerFile({ port: 4000, apis: [4001, 4002], folder: '/folder' }).split('\n')
  const original = file.split('\n')
  expect(original.filter((line) => !rendered.includes(line)).map((line) => line.trim().split(' ')[0])).toEqual([
    'pid',
    'client_body_temp_path',
    'proxy_temp_path',
    'fastcgi_temp_path',
    'uwsgi_temp_path',
    'scgi_temp_path',
    'resolver',
    'server',
    'listen',
  ])
  const added = rendered.filter((line) => !original.includes(line)).map((line) => line.trim())
  expect(added).toContain('server 127.0.0.1:4001 max_fails=3 fail_timeout=5s;')
  expect(added).toContain('server 127.0.0.1:4002 max_fails=3 fail_timeout=5s;')
  expect(added).toContain('listen 127.0.0.1:4000 backlog=4096;')
})
