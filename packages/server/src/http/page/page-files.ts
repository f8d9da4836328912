import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { isCode } from '@opscore/host'

export interface PageFile {
  body: Buffer
  contentType: string
  /** How the body is compressed. */
  encoding?: 'br' | 'gzip'
}

export interface PageFiles {
  /** A file whose name holds a hash of what is in it; `undefined` where there is none. */
  asset(name: string, acceptEncoding: string): Promise<PageFile | undefined>
  icon(): Promise<PageFile | undefined>
  /** The document that every place of the page begins with, with addresses below the base path. */
  document(): Promise<string | undefined>
}

const CONTENT_TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The build lays a compressed file beside each that gains by it, under these endings. */
const ENCODINGS = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const

/** Read when they are asked for: a page that is built anew is served anew, and one that nobody opens takes no memory. */
export function createPageFiles(folder: string, basePath: string): PageFiles {
  return {
    async asset(name, acceptEncoding) {
      const contentType = CONTENT_TYPES[extname(name)]
      if (contentType === undefined) return undefined
      const path = join(folder, 'assets', name)
      for (const { encoding, ending } of ENCODINGS) {
        if (!accepts(acceptEncoding, encoding)) continue
        const body = await read(`${path}${ending}`)
        if (body) return { body, contentType, encoding }
      }
      const body = await read(path)
      return body && { body, contentType }
    },
    async icon() {
      const body = await read(join(folder, 'favicon.svg'))
      return body && { body, contentType: 'image/svg+xml' }
    },
    async document() {
      const body = await read(join(folder, 'index.html'))
      return body?.toString('utf8').replaceAll('"./', `"${basePath}/`)
    },
  }
}

function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim())
    return name.toLowerCase() === encoding && !parameters.some((each) => /^q=0(\.0*)?$/i.test(each))
  })
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined
    throw error
  }
}
