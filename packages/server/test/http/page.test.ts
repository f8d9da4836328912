import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { PAGE_CONTENT_SECURITY_POLICY } from '@opscore/host'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.ts'

const DOCUMENT = '<meta name="opscore-base" content="./" /><script src="./assets/index-1.js"></script>'
const SCRIPT = 'console.log("the page")'
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', authorization: undefined }

let folder: string
let api: ApiUnderTest
let below: ApiUnderTest

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'opscore-page-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), DOCUMENT)
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(folder, 'assets', 'index-1.js'), SCRIPT)
  writeFileSync(join(folder, 'assets', 'index-1.js.gz'), gzipSync(SCRIPT))
  writeFileSync(join(folder, '.built'), 'not for others')
  api = await startApi({ pageFolder: folder })
  below = await startApi({ pageFolder: folder, settings: { basePath: '/ops' } })
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await below[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

describe('the page', () => {
  it.each(['/', '/agents', '/sessions/019a9f7e?task=1', '/no-such-place'])(
    'is served to a browser at %s, without a key, and is never cached',
    async (path) => {
      const { status, headers, text } = await api.call('GET', path, { headers: HTML })
      expect({ status, text }).toEqual({ status: 200, text: DOCUMENT.replaceAll('"./', '"/') })
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toBe(PAGE_CONTENT_SECURITY_POLICY)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  it('is at / for whoever asks for anything', async () => {
    expect(await api.call('GET', '/', { headers: { authorization: undefined } })).toMatchObject({ status: 200 })
  })

  it('is no answer to a program that asks for an address that is not there', async () => {
    const { status, json } = await api.call('GET', '/agents')
    expect({ status, code: json.code }).toEqual({ status: 404, code: 'NOT_FOUND' })
  })

  it.each(['/v1/opscore/nothing', '/docs/nothing', '/health/nothing', '/metrics/nothing', '/assets/nothing.js'])(
    'is no answer at %s, which belongs to the API',
    async (path) => {
      const { status, json } = await api.call('GET', path, { headers: HTML })
      expect({ status, code: json.code }).toEqual({ status: 404, code: 'NOT_FOUND' })
    },
  )

  it.each(['POST', 'PUT', 'DELETE'])('is no answer to %s', async (method) => {
    expect(await api.call(method, '/agents', { headers: HTML })).toMatchObject({ status: 404 })
  })

  it('leaves the routes of the API as they are', async () => {
    expect(await api.call('GET', '/health', { headers: HTML })).toMatchObject({ json: { status: 'ok' } })
    expect(await api.call('GET', '/v1/opscore/agent', { headers: HTML })).toMatchObject({ status: 401 })
  })

  it('is not served by a worker, or where there is none', async () => {
    await using worker = await startApi({ pageFolder: folder, settings: { role: 'worker' } })
    await using bare = await startApi({ pageFolder: join(folder, 'nothing') })
    expect(await worker.call('GET', '/', { headers: HTML })).toMatchObject({ status: 404 })
    expect(await bare.call('GET', '/', { headers: HTML })).toMatchObject({ status: 404 })
  })
})

describe('a file of the page', () => {
  it('is cached for ever under its hashed name, and has the policy as well', async () => {
    const { status, headers, text } = await api.call('GET', '/assets/index-1.js', {
      headers: { 'accept-encoding': 'identity' },
    })
    expect({ status, text }).toEqual({ status: 200, text: SCRIPT })
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-security-policy')).toBe(PAGE_CONTENT_SECURITY_POLICY)
    expect(headers.get('vary')).toBe('accept-encoding')
  })

  it('comes compressed to whoever takes that, and as it is to whoever refuses it', async () => {
    const raw = await fetch(`${api.url}/assets/index-1.js`, { headers: { 'accept-encoding': 'br;q=0, gzip' } })
    expect(raw.headers.get('content-encoding')).toBe('gzip')
    expect(await raw.text()).toBe(gunzipSync(gzipSync(SCRIPT)).toString())
    const plain = await fetch(`${api.url}/assets/index-1.js`, { headers: { 'accept-encoding': 'gzip;q=0' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
  })

  it.each([
    '/assets/..%2findex.html',
    '/assets/../.built',
    '/assets/%2e%2e/.built',
    '/.built',
    '/assets/index-1.js.gz',
    '/assets/',
  ])('is none at %s', async (path) => {
    expect(await api.call('GET', path)).toMatchObject({ status: 404 })
  })
})

describe('below a base path', () => {
  it.each(['/ops', '/ops/', '/ops/agents', '/agents'])(
    'the document at %s names files and API below it',
    async (path) => {
      const { status, text } = await below.call('GET', path, { headers: HTML })
      expect({ status, text }).toEqual({ status: 200, text: DOCUMENT.replaceAll('"./', '"/ops/') })
    },
  )

  it.each(['/ops', ''])(
    'files and API are there at "%s", whether a proxy leaves it in the address or takes it off',
    async (prefix) => {
      expect(await below.call('GET', `${prefix}/assets/index-1.js`)).toMatchObject({ status: 200 })
      expect(await below.call('GET', `${prefix}/health`)).toMatchObject({ json: { status: 'ok' } })
      expect((await below.call('GET', `${prefix}/openapi.json`)).json.servers).toEqual([{ url: '/ops/' }])
    },
  )

  it.each(['/ops', ''])('the page to try the API is there at "%s", with every file that it names', async (prefix) => {
    const document = await below.call('GET', `${prefix}/docs/`)
    expect(document.status).toBe(200)
    const names = [...document.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(3)
    expect((await below.call('GET', `${prefix}/docs/json`)).json.servers).toEqual([{ url: '/ops/' }])
    for (const name of names) {
      const { pathname } = new URL(name, `http://ops.example${prefix}/docs/`)
      expect([name, (await below.call('GET', pathname)).status]).toEqual([name, 200])
    }
  })

  it('another path that begins alike is not meant', async () => {
    expect(await below.call('GET', '/opsy/health')).toMatchObject({ status: 404 })
  })
})
