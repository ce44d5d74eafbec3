/**
 * The tunnel twin: plan, simulator with physical couplings, faults and attacks, and the monitor that watches it.
 * @module
 */
export { befalls, type Fault, type FaultKind, faultKinds } from './faults.ts';
export { type Alarm, type AlarmForm, learnMonitor, type Monitor, type MonitorOptions } from './monitor.ts';
export {
  type Device,
  type DeviceKind,
  deviceKinds,
  deviceOf,
  knowledgeOf,
  type Plan,
  planTunnel,
  signalsOf,
} from './plan.ts';
export { openTwin, type Twin } from './simulator.ts';
