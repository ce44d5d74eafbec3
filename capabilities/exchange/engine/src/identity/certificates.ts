/**
 * Issues X.509 certificates (RFC 5280) for members of a chain. Keys, randomness and time come in as arguments; the register on chain decides
 * whether a certificate counts.
 * @module
 */
// Loads reflect-metadata, which @peculiar/x509 needs before itself.
import 'fabric-contract-api';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** WebCrypto and its keys, as opaque to the engine as they are to everyone. */
type WebCryptoOf = Parameters<typeof X509CertificateGenerator.create>[1];
type KeyOf = NonNullable<Parameters<typeof X509CertificateGenerator.create>[0]>;

export interface CertificateRequest {
  readonly name: string;
  readonly organisation: string;
  /** Hexadecimal, at most 20 bytes, first bit clear (RFC 5280 §4.1.2.2). */
  readonly serial: string;
  readonly notBefore: KeyOf['notBefore'];
  readonly notAfter: KeyOf['notAfter'];
  readonly publicKey: Extract<KeyOf, { publicKey: unknown }>['publicKey'];
  readonly authority: boolean;
}
export interface Issuer {
  readonly name: string;
  readonly organisation: string;
  readonly signingKey: Extract<KeyOf, { signingKey: unknown }>['signingKey'];
}

const nameOf = ({ name, organisation }: { readonly name: string; readonly organisation: string }) => [
  { O: [organisation] },
  { CN: [name] },
];

/** @returns PEM */
export async function issueCertificate(
  crypto: WebCryptoOf,
  request: CertificateRequest,
  issuer: Issuer,
): Promise<string> {
  const certificate: X509Certificate = await X509CertificateGenerator.create(
    {
      serialNumber: request.serial,
      subject: nameOf(request),
      issuer: nameOf(issuer),
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      publicKey: request.publicKey,
      signingKey: issuer.signingKey,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [
        new BasicConstraintsExtension(request.authority, request.authority ? 0 : undefined, true),
        new KeyUsagesExtension(
          request.authority ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature,
          true,
        ),
        // RFC 5280 §4.2.1.2 wants it of an authority, and so does Fabric.
        ...(request.authority
          ? [await SubjectKeyIdentifierExtension.create(request.publicKey as KeyOf['publicKey'], false, crypto)]
          : []),
      ],
    } as KeyOf,
    crypto,
  );
  return certificate.toString('pem');
}
