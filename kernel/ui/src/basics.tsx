/**
 * Plain controls for pages and capabilities, under our own roof, so that the library underneath stays exchangeable.
 * @module
 */
import { useNavigate, useSearch } from '@tanstack/react-router';

export { useQuery, useQueryClient } from '@tanstack/react-query';
export { Link, useNavigate } from '@tanstack/react-router';
export {
  Alert,
  AutoComplete,
  Button,
  Card,
  Checkbox,
  Collapse,
  Descriptions,
  Drawer,
  Dropdown,
  Form,
  Input,
  InputNumber,
  Modal,
  Popover,
  Progress,
  QRCode,
  Radio,
  Segmented,
  Select,
  Slider,
  Space,
  Spin,
  Splitter,
  Statistic,
  Steps,
  Switch,
  Tabs,
  Tag,
  Tooltip,
  Tree,
  TreeSelect,
  Upload,
} from 'antd';
export { Table } from './parts/Table.tsx';

/** The address bar as plain strings, and how to change it: the state of a page lives there. */
export function useUrlState<const K extends string>(
  ...names: readonly K[]
): readonly [Readonly<Record<K, string>>, (changes: Partial<Record<K, string>>) => void] {
  const search = useSearch({ strict: false }) as Partial<Record<K, string>>;
  const navigate = useNavigate();
  const state = Object.fromEntries(names.map((name) => [name, search[name] ?? ''])) as Record<K, string>;
  return [
    state,
    (changes) =>
      void navigate({ to: '.', search: ((before: Record<string, string>) => ({ ...before, ...changes })) as never }),
  ];
}
