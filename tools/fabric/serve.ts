/**
 * The contracts of the exchange as a chaincode service: `node tools/fabric/serve.ts ADDRESS PACKAGE-ID`. They are the very classes that the
 * embedded ledger runs; Hyperledger's Node shim speaks with the peer.
 * @module
 */
import { createRequire } from 'node:module';
import { contracts } from '@hedun/exchange/contracts';

const [address, id] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { server } = require('fabric-shim');
const ChaincodeFromContract = require('fabric-shim/lib/contract-spi/chaincodefromcontract.js');
const { JSONSerializer } = createRequire(require.resolve('fabric-shim'))('fabric-contract-api');

const chaincode = new ChaincodeFromContract(
  [...contracts],
  { serializers: { jsonSerializer: JSONSerializer }, transaction: 'jsonSerializer' },
  {},
  'exchange',
  '1',
);
await server(chaincode, { ccid: id, address }).start();
