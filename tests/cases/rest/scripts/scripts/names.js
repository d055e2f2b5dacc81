var result = sorted(context.ships.map((ship) => ship.name)).slice(0, context.most);
