/**
 * The contract of the detection bus once more, over a real Kafka broker.
 * @module
 */
import { afterAll, beforeAll } from 'vitest';
import { KafkaBus } from '../../capabilities/detection/src/server/bus/kafka.ts';
import { busContract } from '../../capabilities/detection/test/bus-contract.ts';
import { kafkaLacks, type RunningKafka, startKafka } from '../kafka-up.ts';

const missing = kafkaLacks();
let kafka: RunningKafka;
beforeAll(async () => {
  if (!missing) kafka = await startKafka();
}, 300_000);
afterAll(() => kafka?.stop());

busContract(
  `Kafka${missing ? ` (skipped: this machine has no ${missing})` : ''}`,
  missing !== null,
  async (instance) => new KafkaBus({ brokers: [kafka.bootstrap], prefix: `t-${instance}`, partitions: 3 }),
);
