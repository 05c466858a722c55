"""Writes down what is said in a room."""

from recordings.agents.agent import Agent


async def run(agent: Agent) -> None:
    """Listen until it is over."""
    await agent.connect()
    await agent.over.wait()
