select region, sum(amount) -- "quoted", and 'quoted'
from orders
group by region;
