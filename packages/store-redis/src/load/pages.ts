/** Reads keys of Redis from their beginning to their end, a page at a time. Nobody writes meanwhile. */

import type { Walk } from '@opscore/engine/moving'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'

/** What is read at once; entries of a log or a list may be large. */
const MEMBERS = 500
const ENTRIES = 200

export type Pages = ReturnType<typeof createPages>

export function createPages(link: Link, walk: Walk) {
  return {
    /** Members of a sorted set, in its order. What is read for each goes to Redis together. */
    async members<T>(
      what: string,
      key: string,
      read: (member: string) => Promise<T>,
      visit: (found: T) => void | Promise<void>,
    ): Promise<void> {
      for (let start = 0; ; start += MEMBERS) {
        const members = reply.texts(await link.send('ZRANGE', key, start, start + MEMBERS - 1))
        await walk(what, await Promise.all(members.map(read)), visit)
        if (members.length < MEMBERS) return
      }
    },
    async list(what: string, key: string, visit: (item: string) => void): Promise<void> {
      for (let start = 0; ; start += ENTRIES) {
        const found = reply.texts(await link.send('LRANGE', key, start, start + ENTRIES - 1))
        await walk(what, found, visit)
        if (found.length < ENTRIES) return
      }
    },
    /** Entries of a stream: id and fields. */
    async log(what: string, key: string, visit: (id: string, fields: Map<string, string>) => void): Promise<void> {
      let after = '-'
      for (;;) {
        const found = reply.list(await link.send('XRANGE', key, after, '+', 'COUNT', ENTRIES))
        await walk(what, found, (entry) => {
          const [id, fields] = reply.list(entry)
          after = `(${reply.text(id)}`
          visit(reply.text(id), reply.fields(fields))
        })
        if (found.length < ENTRIES) return
      }
    },
    /** Fields of a hash, which must not change meanwhile. */
    async fields(what: string, key: string, visit: (name: string, value: string) => Promise<void>): Promise<void> {
      let cursor = '0'
      do {
        const [next, cells] = reply.list(await link.send('HSCAN', key, cursor, 'COUNT', ENTRIES))
        cursor = reply.text(next)
        await walk(what, reply.fields(cells), ([name, value]) => visit(name, value))
      } while (cursor !== '0')
    },
  }
}
