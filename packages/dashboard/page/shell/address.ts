/** What stands behind the `?` of an address: plain words, so that whoever reads a link can change it. */
export type Search = Record<string, string | string[] | undefined>

export function readAddress(text: string): Search {
  const search: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const before = search[name]
    search[name] = before === undefined ? value : [before, value].flat()
  }
  return search
}

export function writeAddress(search: Search): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const each of [value ?? []].flat()) if (each !== '') parameters.append(name, each)
  }
  return parameters.size > 0 ? `?${parameters}` : ''
}
