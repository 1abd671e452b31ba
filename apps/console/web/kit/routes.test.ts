import { describe, expect, it } from 'vitest';
import { PAGES } from '../../assemble.ts';
import { ROUTES, routeOf } from './routes.ts';

describe('routes', () => {
  it('are those that the node serves the document at', () => {
    expect(ROUTES.map(({ pattern }) => pattern).toSorted()).toEqual([...PAGES].toSorted());
  });

  it('give the parts of a path that have names, whatever is in them', () => {
    const of = (path: string) => {
      const { route, parameters } = routeOf(path);
      return [route.pattern, parameters];
    };
    expect(of('/')).toEqual(['/', {}]);
    expect(of('/board/')).toEqual(['/board', {}]);
    expect(of('/drives/car%2F1%20b')).toEqual(['/drives/:driveId', { driveId: 'car/1 b' }]);
    expect(of('/drives/%E0%A4%A')).toEqual(['/drives/:driveId', { driveId: '%E0%A4%A' }]);
    for (const path of ['/drives/', '/drives', '/nothing', '/board/x']) expect(of(path)[0]).toBe('');
  });
});
