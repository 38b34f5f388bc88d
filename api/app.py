"""The API as an application: its rooms, its errors, its description."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware

from api import documentation, problems
from api.asker import caller_of, holds_api_token, who_asks
from api.bodies import LimitBodies
from api.headers import Careful
from api.house import House
from api.queries import only_known
from api.routes import alarms, areas, cameras, city, devices, events, facts, imports, quarantine, readings, rules, units
from streaming.health import Health, database_answers
from streaming.settings import Settings
from streaming.totals import register_totals

PREFIX = "/api/v1"
ROOMS = (city, areas, units, devices, readings, cameras, alarms, events, facts, quarantine, rules, imports)
ROUTERS: tuple[APIRouter, ...] = tuple(room.router for room in ROOMS)


def create(settings: Settings) -> FastAPI:
    """The application. It opens its database connections when it starts, not here."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.house = House(settings)
        yield
        app.state.house.close()

    app = FastAPI(
        title="Sunshine Command Center",
        version="1.0.0",
        summary="Food safety of a city's kitchens, as facts and as judged now",
        description=documentation.INTRODUCTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.settings = settings

    def may_measure(request: Request) -> bool:
        """The figures name every unit and device: they are for programs that see everything."""
        caller = caller_of(request)
        mine = settings.trusts_local_programs and caller.is_this_machine
        return mine or holds_api_token(caller, settings.api_token)

    register_totals(settings.database, series=True)
    problems.add_handlers(app)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX, dependencies=[Depends(who_asks), only_known(PREFIX)])
    documentation.add(app, PREFIX)
    Health(database=database_answers(settings.database)).add_to_fastapi(app, may_measure)
    app.add_middleware(LimitBodies, files=f"{PREFIX}/import/")
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Careful)
    return app
