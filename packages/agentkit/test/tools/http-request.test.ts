import type { JsonObject } from '@opscore/contract'
import { createOutbound, networkPolicy } from '@opscore/host'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHttpRequestTool } from '../../src/tools/http-request.ts'
import { ToolError } from '../../src/tools/tool.ts'
import { startLocalServer } from '../local-server.ts'

/** The tool over a network that has this machine in it, which AgentKit never gives it. */
function run(args: JsonObject) {
  const outbound = createOutbound({ policy: networkPolicy(''), answerLimit: 1024 })
  onTestFinished(() => outbound[Symbol.asyncDispose]())
  return createHttpRequestTool(outbound).run(args)
}

describe('http_request', () => {
  it('gets by default and answers with status, headers and text', async () => {
    await using server = await startLocalServer()
    server.answerWith({ status: 404, body: 'not here', headers: { 'x-answer': 'yes' } })
    expect(await run({ url: `${server.url}/a?b=c`, headers: { 'X-Asked': 'so' } })).toMatchObject({
      status: 404,
      headers: { 'x-answer': 'yes' },
      body: 'not here',
      truncated: false,
    })
    expect(server.received).toMatchObject([{ method: 'GET', path: '/a?b=c', headers: { 'x-asked': 'so' } }])
  })

  it.each([
    ['text as it is', 'a text', 'a text', 'text/plain; charset=utf-8'],
    ['anything else as JSON', { a: [1] }, '{"a":[1]}', 'application/json'],
  ])('sends %s', async (_, body, sent, type) => {
    await using server = await startLocalServer()
    await run({ method: 'PUT', url: server.url, body })
    expect(server.received).toMatchObject([{ method: 'PUT', body: sent, headers: { 'content-type': type } }])
  })

  it('cuts a long answer and says so', async () => {
    await using server = await startLocalServer()
    server.answerWith({ status: 200, body: 'x'.repeat(5_000) })
    expect(await run({ url: server.url })).toMatchObject({ body: 'x'.repeat(1024), truncated: true })
  })

  it('follows no redirect', async () => {
    await using server = await startLocalServer()
    server.answerWith({ status: 302, headers: { location: '/elsewhere' } })
    expect(await run({ url: server.url })).toMatchObject({ status: 302 })
    expect(server.received).toHaveLength(1)
  })

  it.each<Record<string, string>>([
    { Host: 'other' },
    { 'content-length': '5' },
    { 'Transfer-Encoding': 'chunked' },
    { 'a b': 'c' },
    { a: 'b\r\nc: d' },
  ])('refuses the headers %o', async (headers) => {
    await using server = await startLocalServer()
    await expect(run({ url: server.url, headers })).rejects.toThrow(ToolError)
    expect(server.received).toEqual([])
  })
})
