/** Codes of OpenSSL and Node for a certificate that is not to be trusted, by what mends it. */
const BY_A_CA = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
const BY_ANOTHER_ONE = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Why a server's certificate was refused, and what to do, for people; `null` where that was not the reason. */
export function certificateProblem(error: Error): string | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const refused = `its certificate is not trusted: ${error.message} (${code})`
  if (BY_A_CA.has(code)) {
    return `${refused}. Where it was issued by a CA of your own, name the file of that CA's certificate by NODE_EXTRA_CA_CERTS`
  }
  return BY_ANOTHER_ONE.has(code) ? `${refused}. Give Redis one that is good for the host that the address names` : null
}
