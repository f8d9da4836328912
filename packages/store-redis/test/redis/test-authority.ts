/** A CA of a test's own, made by openssl, in a folder that goes with the test. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'

export interface TestAuthority {
  /** Its certificate. */
  readonly file: string
  /** Settings of redis.conf for a server with a certificate for these, such as `IP:127.0.0.1`, without client certificates. */
  settingsFor(subjects: string, port: number): Record<string, string>
}

export function makeAuthority(): TestAuthority {
  const folder = dataDirOfTest()
  const path = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const [file, caKey] = [path('ca.crt'), path('ca.key')]
  openssl('req', '-x509', ...key, '-keyout', caKey, '-out', file, '-days', '2', '-subj', '/CN=Test CA')
  return {
    file,
    settingsFor(subjects, port) {
      const [certificate, own, request, extensions] = [path('tls.crt'), path('tls.key'), path('tls.csr'), path('ext')]
      writeFileSync(extensions, `subjectAltName=${subjects}\n`)
      openssl('req', '-new', ...key, '-keyout', own, '-out', request, '-subj', '/CN=redis')
      const signing = ['-CA', file, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', extensions]
      openssl('x509', '-req', '-in', request, '-out', certificate, ...signing)
      return {
        'tls-port': String(port),
        'tls-cert-file': certificate,
        'tls-key-file': own,
        'tls-ca-cert-file': file,
        'tls-auth-clients': 'no',
      }
    },
  }
}

function openssl(...args: string[]): void {
  const { status, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' })
  if (status !== 0) throw error ?? new Error(`openssl ${args[0]}: ${stderr}`)
}
