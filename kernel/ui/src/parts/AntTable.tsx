/**
 * The table of the library underneath, in a chunk of its own: it is a third of what a page may weigh.
 * @module
 */
export { Table as AntTable } from 'antd';
