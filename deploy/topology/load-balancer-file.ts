import { readFileSync } from 'node:fs'

const FILE = new URL('../nginx.conf', import.meta.url)

export interface Addresses {
  /** Where nginx listens. */
  port: number
  /** Ports of the processes that answer. */
  apis: readonly number[]
  /** For what nginx writes; ends without a slash. */
  folder: string
}

/**
 * deploy/nginx.conf with the addresses of processes on this machine. All else stays as it is in containers, but for what
 * only container names need: looking them up again.
 */
export function loadBalancerFile({ port, apis, folder }: Addresses): string {
  let text = readFileSync(FILE, 'utf8')
  const put = (line: RegExp, by: (found: string) => string) => {
    if (!line.test(text)) throw new Error(`deploy/nginx.conf has no line like ${line}`)
    text = text.replace(line, by)
  }
  put(/^ *resolver .*\n/m, () => '')
  put(/^ *server api:8000 resolve .*;\n/m, (line) =>
    apis.map((api) => line.replace('api:8000 resolve', `127.0.0.1:${api}`)).join(''),
  )
  put(/listen 8000/, () => `listen 127.0.0.1:${port}`)
  put(/ \/tmp\//g, () => ` ${folder}/`)
  return text
}
