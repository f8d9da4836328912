import { describe, expect, it } from 'vitest'
import { candidates, createNameResolver } from '../../src/outbound/name-resolver.ts'
import { parseHosts, parseResolverFile } from '../../src/outbound/system-names.ts'
import { startNameServer } from './name-server.ts'

describe('resolving a name', () => {
  it('asks the name servers', async () => {
    await using server = await startNameServer((name) => (name === 'agent.example' ? ['10.0.0.7', '10.0.0.8'] : []))
    const names = createNameResolver({ servers: [server.address] })
    expect(await names.resolve('Agent.Example')).toEqual([
      { address: '10.0.0.7', family: 4 },
      { address: '10.0.0.8', family: 4 },
    ])
  })

  it('knows localhost without asking anybody', async () => {
    await using server = await startNameServer(() => ['10.0.0.1'])
    const names = createNameResolver({ servers: [server.address] })
    expect(await names.resolve('localhost')).toContainEqual({ address: '127.0.0.1', family: 4 })
    expect(await names.resolve('agent.localhost')).toContainEqual({ address: '127.0.0.1', family: 4 })
    expect(server.asked).toEqual([])
  })

  it('fails for a name that does not exist, and answers that from memory', async () => {
    await using server = await startNameServer(() => [])
    const names = createNameResolver({ servers: [server.address] })
    await expect(names.resolve('nobody.example.')).rejects.toMatchObject({ kind: 'unreachable' })
    const asked = server.asked.length
    await expect(names.resolve('nobody.example.')).rejects.toMatchObject({ kind: 'unreachable' })
    expect(server.asked.length).toBe(asked)
  })

  it('gives up on name servers that are silent, and answers that from memory', async () => {
    await using server = await startNameServer(() => undefined)
    const names = createNameResolver({ servers: [server.address], timeLimit: 100 })
    await expect(names.resolve('silent.example.')).rejects.toMatchObject({ kind: 'unreachable' })
    await expect(names.resolve('silent.example.')).rejects.toMatchObject({ kind: 'unreachable' })
    expect(new Set(server.asked)).toEqual(new Set(['silent.example']))
  })

  it('asks again once a failure is forgotten', async () => {
    let exists = false
    await using server = await startNameServer(() => (exists ? ['10.0.0.7'] : []))
    const names = createNameResolver({ servers: [server.address], failureMemory: 0 })
    await expect(names.resolve('late.example.')).rejects.toMatchObject({ kind: 'unreachable' })
    exists = true
    expect(await names.resolve('late.example.')).toEqual([{ address: '10.0.0.7', family: 4 }])
  })

  it('asks once for all who wait for the same name', async () => {
    await using server = await startNameServer(() => ['10.0.0.7'])
    const names = createNameResolver({ servers: [server.address] })
    await Promise.all(Array.from({ length: 50 }, () => names.resolve('agent.example.')))
    expect(server.asked).toEqual(['agent.example'])
  })
})

describe('the system files', () => {
  it('give the hosts of the hosts file', () => {
    const hosts = parseHosts(
      '127.0.0.1 localhost Me\n# 1.1.1.1 no\n\n10.0.0.9\tagent agent.local # here\n::1 localhost\r\n',
    )
    expect(Object.fromEntries(hosts)).toEqual({
      localhost: ['127.0.0.1', '::1'],
      me: ['127.0.0.1'],
      agent: ['10.0.0.9'],
      'agent.local': ['10.0.0.9'],
    })
  })

  it('give the search domains under which short names are tried', () => {
    const system = parseResolverFile(
      'nameserver 10.96.0.10\nsearch a.svc.cluster.local svc.cluster.local.\noptions timeout:1 ndots:5\n',
    )
    expect(system).toEqual({ search: ['a.svc.cluster.local', 'svc.cluster.local'], ndots: 5 })
    expect(candidates('agent', system)).toEqual(['agent.a.svc.cluster.local', 'agent.svc.cluster.local', 'agent'])
    expect(candidates('agent.example.', system)).toEqual(['agent.example'])
    expect(candidates('agent.example', { search: ['b'], ndots: 1 })).toEqual(['agent.example', 'agent.example.b'])
  })
})
