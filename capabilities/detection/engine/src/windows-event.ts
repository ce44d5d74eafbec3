/**
 * Windows events as JSON, from whoever exported them (nested `Event.System`/`EventData`, Winlogbeat, NXLog, already flat), to one flat
 * map with Channel, EventID, Computer, Provider_Name and the event's own fields. It never invents a value, and copies no flat event.
 * @module
 */
import type { EventRecord } from './sigma/event.ts';

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function attributes(value: unknown): Record<string, unknown> {
  if (!isMap(value)) return {};
  const nested = value['#attributes'];
  return isMap(nested) ? nested : value;
}

function content(value: unknown): unknown {
  if (!isMap(value)) return value;
  for (const name of ['#text', '_text', 'text', 'Text']) if (name in value) return value[name];
  return undefined;
}

/** @param event any JSON form of one Windows event */
export function flattenWindowsEvent(event: EventRecord): EventRecord {
  const root = isMap(event.Event) ? event.Event : event;
  if (isMap(root.System)) return flattenXmlShape(root, root.System);
  if (isMap(event.winlog)) return flattenWinlogbeat(event, event.winlog);
  // Already flat. A provider under another name (NXLog's SourceName) is found by the field mappings: a copy of the event would cost more
  // than matching it.
  return event;
}

function flattenXmlShape(root: Record<string, unknown>, system: Record<string, unknown>): EventRecord {
  const flat: Record<string, unknown> = {};
  const provider = attributes(system.Provider);
  const time = attributes(system.TimeCreated);
  const execution = attributes(system.Execution);
  const security = attributes(system.Security);
  flat.Provider_Name = provider.Name ?? provider['@Name'];
  flat.Provider_Guid = provider.Guid;
  const eventId = isMap(system.EventID) ? content(system.EventID) : system.EventID;
  flat.EventID = typeof eventId === 'string' && /^\d{1,9}$/.test(eventId) ? Number(eventId) : eventId;
  for (const name of ['Version', 'Level', 'Task', 'Opcode', 'Keywords', 'EventRecordID', 'Channel', 'Computer'])
    if (system[name] !== undefined && !isMap(system[name])) flat[name] = system[name];
  flat.TimeCreated = time.SystemTime ?? time['@SystemTime'];
  flat.Execution_ProcessID = execution.ProcessID;
  flat.Execution_ThreadID = execution.ThreadID;
  flat.UserID = security.UserID;
  for (const name of Object.keys(flat)) if (flat[name] === undefined) delete flat[name];
  if (isMap(root.EventData)) addData(flat, root.EventData);
  else if (root.EventData !== undefined && root.EventData !== null) flat.Data = root.EventData;
  if (isMap(root.UserData)) addUserData(flat, root.UserData, 0);
  return flat;
}

/** EventData stands as a map of names, or as a list of `Data` elements with a Name attribute each. */
function addData(flat: Record<string, unknown>, data: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(data)) {
    if (name === '#attributes') continue;
    if (name === 'Data') {
      const unnamed: unknown[] = [];
      for (const element of Array.isArray(value) ? value : [value]) {
        const called = isMap(element) ? (attributes(element).Name ?? element['@Name']) : undefined;
        if (typeof called === 'string') flat[called] = content(element) ?? '';
        else unnamed.push(isMap(element) ? content(element) : element);
      }
      const found = unnamed.flat();
      if (found.length > 0) flat.Data = found.length === 1 ? found[0] : found;
    } else flat[name] = isMap(value) ? (content(value) ?? value) : value;
  }
}

const userDataDepth = 8;

function addUserData(flat: Record<string, unknown>, data: Record<string, unknown>, depth: number): void {
  if (depth > userDataDepth) return;
  for (const [name, value] of Object.entries(data)) {
    if (name === '#attributes' || name === 'xmlns') continue;
    if (isMap(value)) {
      const text = content(value);
      if (text === undefined) addUserData(flat, value, depth + 1);
      else flat[name] = text;
    } else flat[name] = value;
  }
}

function flattenWinlogbeat(event: EventRecord, winlog: Record<string, unknown>): EventRecord {
  const flat: Record<string, unknown> = {
    Channel: winlog.channel,
    EventID: winlog.event_id,
    Computer: winlog.computer_name,
    Provider_Name: winlog.provider_name,
    EventRecordID: winlog.record_id,
    TimeCreated: event['@timestamp'],
  };
  for (const name of Object.keys(flat)) if (flat[name] === undefined) delete flat[name];
  if (isMap(winlog.event_data)) Object.assign(flat, winlog.event_data);
  if (isMap(winlog.user_data)) addUserData(flat, winlog.user_data, 0);
  return flat;
}
