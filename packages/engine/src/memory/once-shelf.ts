import type { OnceRecord } from '../ports/store.ts'

/** Requests that count once, by their key. Kept as text, so that nobody can change what was answered. */
export function createOnceShelf() {
  const records = new Map<string, string>()

  /** Expired ones are as good as gone. */
  function find(key: string, now: number): OnceRecord | null {
    const record: OnceRecord | null = JSON.parse(records.get(key) ?? 'null')
    return record && record.expiresAt > now ? record : null
  }

  return {
    find,
    put: (record: OnceRecord) => void records.set(record.key, JSON.stringify(record)),
    /** Returns how many went. */
    trim(now: number): number {
      const expired = [...records.keys()].filter((key) => !find(key, now))
      for (const key of expired) records.delete(key)
      return expired.length
    },
  }
}
