COMPUTED = []
GIVEN = """"""
TRUE = {}
