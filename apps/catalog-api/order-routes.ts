/** Standing orders over HTTP: what of a vehicle goes first, given, listed and taken back. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { GARAGE } from './answers/garage.ts';
import type { OrderService } from './services.ts';

const TIME = Type.Optional(Type.String({ maxLength: 64, description: 'decimal nanoseconds or RFC 3339' }));

const OrderBody = Type.Object(
  {
    vehicleId: Type.String({ minLength: 1, maxLength: 128 }),
    tenant: Type.Optional(Type.String({ maxLength: 128 })),
    topics: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
        maxItems: 100,
        description: 'globs, as `/lidar/*`; every topic without them',
      }),
    ),
    start: TIME,
    end: TIME,
    priority: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 99, description: '0 first, 99 last, 20 if not given' }),
    ),
    note: Type.Optional(Type.String({ maxLength: 500, description: 'for people' })),
  },
  { additionalProperties: false, examples: [{ vehicleId: '$VEHICLE', topics: ['/lidar/*'], priority: 20 }] },
);
const OrderPath = Type.Object({ orderId: Type.String({ minLength: 1, maxLength: 128 }) });

export function addOrderRoutes(app: FastifyInstance, orders: OrderService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['garage'];
  typed.get(
    '/v1/garage/orders',
    { schema: { summary: 'Standing orders, and what each has got', tags, response: GARAGE.orders } },
    async () => ({
      orders: await orders.list(),
      next: null,
    }),
  );
  typed.post(
    '/v1/garage/orders',
    {
      schema: {
        summary: 'Has data of a vehicle go first whenever it is docked',
        description: 'It answers with what it has already got, and stands until it is removed.',
        tags,
        body: OrderBody,
        response: GARAGE.order,
      },
    },
    ({ body }) => orders.add(body),
  );
  typed.delete(
    '/v1/garage/orders/:orderId',
    {
      schema: {
        summary: 'Removes a standing order; what it has got stays',
        tags,
        params: OrderPath,
        response: GARAGE.order,
      },
    },
    ({ params }) => orders.remove(params.orderId),
  );
}
