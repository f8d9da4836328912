import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOriginGate } from '../../src/outbound/origin-gate.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the gate before all origins', () => {
  it('lets a waiting request in when another one leaves, in order', async () => {
    const gate = createOriginGate({ total: 10, limitOf: () => 1, queueLimit: 10 })
    const order: number[] = []
    await gate.enter('a')
    const waiting = [1, 2].map((turn) => gate.enter('a').then(() => order.push(turn)))
    await settle()
    expect(order).toEqual([])
    gate.leave('a')
    await waiting[0]
    expect(order).toEqual([1])
    gate.leave('a')
    await waiting[1]
  })

  it('gives origins turns where the total is used up', async () => {
    const gate = createOriginGate({ total: 1, limitOf: () => 5, queueLimit: 10 })
    const order: string[] = []
    await gate.enter('a')
    for (const origin of ['a', 'a', 'a', 'b', 'c']) void gate.enter(origin).then(() => order.push(origin))
    for (const origin of ['a', 'a', 'b', 'c', 'a']) {
      await settle()
      gate.leave(order.length === 0 ? 'a' : (order.at(-1) ?? origin))
    }
    await settle()
    expect(order.slice(0, 3)).toEqual(['a', 'b', 'c'])
  })

  it('forgets a request that is given up while it waits', async () => {
    const gate = createOriginGate({ total: 1, limitOf: () => 1, queueLimit: 1 })
    const controller = new AbortController()
    await gate.enter('a')
    const waiting = gate.enter('b', controller.signal)
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted' })
    gate.leave('a')
    await gate.enter('b')
  })

  it('never lets in more than its limits, and leaves nobody waiting who has room', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ origin: fc.constantFrom('a', 'b', 'c'), step: fc.constantFrom('enter', 'leave', 'abort') }),
          { maxLength: 80 },
        ),
        async (steps) => {
          const limits: Record<string, number> = { a: 1, b: 2, c: 3 }
          const gate = createOriginGate({ total: 4, limitOf: (origin) => limits[origin] ?? 1, queueLimit: 100 })
          const inside: string[] = []
          const waiting = new Set<{ origin: string; controller: AbortController }>()
          for (const { origin, step } of steps) {
            if (step === 'enter') {
              const entry = { origin, controller: new AbortController() }
              waiting.add(entry)
              gate.enter(origin, entry.controller.signal).then(
                () => waiting.delete(entry) && inside.push(origin),
                () => waiting.delete(entry),
              )
            } else if (step === 'leave' && inside.includes(origin)) {
              inside.splice(inside.indexOf(origin), 1)
              gate.leave(origin)
            } else if (step === 'abort') {
              for (const entry of waiting) if (entry.origin === origin) entry.controller.abort()
            }
            await settle()
            const count = (name: string) => inside.filter((other) => other === name).length
            expect(inside.length).toBeLessThanOrEqual(4)
            for (const name of Object.keys(limits)) expect(count(name)).toBeLessThanOrEqual(limits[name] ?? 0)
            for (const entry of waiting)
              expect(inside.length === 4 || count(entry.origin) === limits[entry.origin]).toBe(true)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
