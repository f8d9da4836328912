import { createLog } from '../src/index.ts'

export const silentLog = createLog({ level: 'silent', name: 'test' })
